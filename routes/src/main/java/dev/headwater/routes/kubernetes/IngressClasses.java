package dev.headwater.routes.kubernetes;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which classes are ours, and with them which Ingresses. The annotation of old is read before
 * {@code spec.ingressClassName}, as ingress-nginx does; the API server allows only one of them on a
 * new object. An Ingress without either is ours where one of our classes is the default.
 */
final class IngressClasses {
  private static final String NGINX = "nginx";
  private static final String NGINX_CONTROLLER = "k8s.io/ingress-nginx";
  private static final String LEGACY = "kubernetes.io/ingress.class";
  private static final String DEFAULT = "ingressclass.kubernetes.io/is-default-class";

  private final Set<String> ours;
  private final boolean isDefault;

  private IngressClasses(Set<String> ours, boolean isDefault) {
    this.ours = ours;
    this.isDefault = isDefault;
  }

  static IngressClasses of(List<IngressClass> classes, ControllerPolicy policy) {
    Set<String> ours = new HashSet<>();
    Set<String> known = new HashSet<>();
    boolean isDefault = false;
    for (IngressClass each : classes) {
      String name = each.getMetadata().getName();
      known.add(name);
      if (isOurs(each, policy)) {
        ours.add(name);
        isDefault |= "true".equals(Absent.annotations(each).get(DEFAULT));
      }
    }
    // By name alone, where no object says whose it is: clusters of old have none.
    if (!known.contains(policy.className())) {
      ours.add(policy.className());
    }
    if (policy.adoptNginx() && !known.contains(NGINX)) {
      ours.add(NGINX);
    }
    return new IngressClasses(ours, isDefault);
  }

  private static boolean isOurs(IngressClass each, ControllerPolicy policy) {
    String controller = each.getSpec() == null ? "" : Absent.text(each.getSpec().getController());
    return controller.equals(ControllerPolicy.CONTROLLER)
        || (policy.adoptNginx()
            && controller.equals(NGINX_CONTROLLER)
            && NGINX.equals(each.getMetadata().getName()));
  }

  /** Whether an Ingress is for us. */
  boolean takes(Ingress ingress) {
    String named = named(ingress);
    return named == null ? isDefault : ours.contains(named);
  }

  /** The class that an Ingress names, or null. */
  static @Nullable String named(Ingress ingress) {
    String annotated = Absent.text(Absent.annotations(ingress).get(LEGACY));
    if (!annotated.isEmpty()) {
      return annotated;
    }
    return ingress.getSpec() == null ? null : ingress.getSpec().getIngressClassName();
  }

  /** Whether a class is of ingress-nginx, by whatever name. */
  static boolean isOfNginx(IngressClass each) {
    return each.getSpec() != null && NGINX_CONTROLLER.equals(each.getSpec().getController());
  }
}
