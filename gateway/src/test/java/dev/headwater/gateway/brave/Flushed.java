package dev.headwater.gateway.brave;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Stops the gateway as soon as a test's body is over, and so inside the suite's own interceptor:
 * stopping flushes, and the suite's search for left-over spans sees every one.
 */
record Flushed(ConfiguredEdge edge) implements InvocationInterceptor {
  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    invocation.proceed();
    edge.close();
  }
}
