package dev.headwater.sampling.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import brave.propagation.Propagation;
import brave.propagation.TraceContext;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether our propagation can be unloaded with its class loader after use: no thread local or other
 * lasting reference keeps it. What Brave's contract asks of classes of its own.
 */
class UnloadingTest {
  /** Reads and writes once; runs in a class loader of its own. */
  static final class Usage implements Runnable {
    @Override
    public void run() {
      List<TraceFormat> all = List.of(TraceFormat.values());
      Propagation<String> propagation = TracePropagation.of(all, all, true).get();
      Map<String, String> headers = new LinkedHashMap<>();
      TraceContext context =
          TraceContext.newBuilder().traceId(1).spanId(2).parentId(3).sampled(false).build();
      propagation.<Map<String, String>>injector(Map::put).inject(context, headers);
      TraceContext read =
          propagation.<Map<String, String>>extractor(Map::get).extract(headers).context();
      if (!context.equals(read)) {
        throw new AssertionError(read);
      }
    }
  }

  /** Makes a propagation and leaves it; runs in a class loader of its own. */
  static final class Creation implements Runnable {
    @Override
    public void run() {
      List<TraceFormat> all = List.of(TraceFormat.values());
      if (TracePropagation.of(all, all, true).get() == null) {
        throw new AssertionError("no propagation");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Creation.class, Usage.class})
  void classesUnload_unusedAndAfterUse(Class<? extends Runnable> what) throws Exception {
    WeakReference<ClassLoader> loader = runInLoaderOfItsOwn(what);
    for (int i = 0; i < 100 && loader.get() != null; i++) {
      System.gc();
    }
    assertThat(loader.get()).as("class loader after use").isNull();
  }

  private static WeakReference<ClassLoader> runInLoaderOfItsOwn(Class<? extends Runnable> what)
      throws Exception {
    ClassLoader loader = new URLClassLoader(classPath(), new WithoutOurs());
    Class<?> usage = loader.loadClass(what.getName());
    assertThat(usage).isNotSameAs(what);
    var constructor = usage.getDeclaredConstructor();
    constructor.setAccessible(true);
    ((Runnable) constructor.newInstance()).run();
    return new WeakReference<>(loader);
  }

  /** Refuses what shall be loaded anew, so that its child loads it. */
  private static final class WithoutOurs extends ClassLoader {
    WithoutOurs() {
      super(UnloadingTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("brave.") || name.startsWith("dev.headwater.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
    URL[] urls = new URL[entries.length];
    for (int i = 0; i < entries.length; i++) {
      urls[i] = new File(entries[i]).toURI().toURL();
    }
    return urls;
  }
}
