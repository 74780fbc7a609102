package dev.headwater.gateway.cli;

import java.lang.reflect.Proxy;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where signals come from; scripted in tests. */
@FunctionalInterface
interface Signals {
  /**
   * Runs {@code action} on a thread of the JVM's for each signal of that name, {@code TERM}, {@code
   * INT} or {@code HUP}, instead of what the JVM does by itself. Where a platform lacks the signal
   * nothing happens.
   */
  void on(String name, Runnable action);

  /**
   * Signals of the process. {@code sun.misc.Signal} is supported but not public, and a compiler
   * cannot be kept from warning of it, so it is asked by reflection.
   */
  Signals PROCESS =
      (name, action) -> {
        try {
          Class<?> signal = Class.forName("sun.misc.Signal");
          Class<?> handler = Class.forName("sun.misc.SignalHandler");
          Object proxy =
              Proxy.newProxyInstance(
                  handler.getClassLoader(),
                  new Class<?>[] {handler},
                  (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                      action.run();
                      return null;
                    }
                    return method.getName().equals("equals") ? self == arguments[0] : 0;
                  });
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException unsupported) {
          Logger.getLogger(Signals.class.getName())
              .log(Level.FINE, "no signal " + name + " here", unsupported);
        }
      };
}
