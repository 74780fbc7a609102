package dev.headwater.routes.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.document.YamlDocument;
import org.junit.jupiter.api.Test;

/** Rights for objects in files, and the file that grants them. */
class NeededRightsTest {
  private static final String MANIFESTS =
      """
      kind: List
      items:
        - kind: ConfigMap
          metadata: {name: controller, namespace: ingress-nginx}
          data: {enable-opentracing: "true"}
        - kind: ConfigMap
          metadata: {name: second, namespace: ingress-nginx}
          data: {enable-opentracing: "true"}
        - kind: Ingress
          metadata:
            name: web
            namespace: shop
            annotations: {nginx.ingress.kubernetes.io/custom-headers: shop/fields}
          spec: {tls: [{hosts: [a.test], secretName: "123"}, {secretName: tls}, {hosts: [b.test]}]}
        - kind: Ingress
          metadata: {name: other, namespace: shop}
          spec: {tls: [{secretName: tls}, {secretName: "x\\"\\n  verbs: ['*']"}]}
      ---
      kind: Ingress
      metadata: {name: nowhere}
      spec: {tls: [{secretName: own}, 1, {secretName: [a]}]}
      """;

  private static NeededRights of(String text) {
    return NeededRights.of(
        YamlDocument.parseAll(text, "cluster.yaml"), "ingress-nginx/ingress-nginx-controller");
  }

  @Test
  void whatIngressesNameInTheirNamespaceIsNeeded() {
    NeededRights rights = of(MANIFESTS);

    assertThat(rights.secrets())
        .extracting(ObjectName::toString)
        .containsExactly("Secret own", "Secret shop/123", "Secret shop/tls");
    assertThat(rights.headers())
        .extracting(ObjectName::toString)
        .containsExactly("ConfigMap shop/fields");
    assertThat(rights.settings())
        .extracting(ObjectName::toString)
        .containsExactly("ConfigMap ingress-nginx/controller");
    assertThat(rights.refused())
        .singleElement()
        .satisfies(name -> assertThat(name.name()).startsWith("x\""));
  }

  @Test
  void objectsOfOtherProgramsAndCanariesAreNotGranted() {
    NeededRights rights =
        of(
            """
            kind: List
            items:
              - kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data: {mesh: "rootNamespace: istio-system"}
              - kind: ConfigMap
                metadata: {name: limits, namespace: apps}
                data: {proxy-body-size: "8m"}
              - kind: ConfigMap
                metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
                data: {}
              - kind: Ingress
                metadata: {name: other, namespace: apps}
                spec: {ingressClassName: traefik, tls: [{secretName: theirs}]}
              - kind: Ingress
                metadata:
                  name: old
                  namespace: apps
                  annotations: {kubernetes.io/ingress.class: nginx}
                spec: {tls: [{secretName: ours}]}
              - kind: Ingress
                metadata:
                  name: next
                  namespace: apps
                  annotations: {nginx.ingress.kubernetes.io/canary: "true"}
                spec: {ingressClassName: nginx, tls: [{secretName: unused}]}
            """);

    assertThat(rights.secrets()).extracting(ObjectName::name).containsExactly("ours");
    assertThat(rights.settings())
        .extracting(ObjectName::toString)
        .containsExactly("ConfigMap ingress-nginx/ingress-nginx-controller");
    assertThat(of("kind: ConfigMap\nmetadata: {name: istio}\ndata: {mesh: x}\n").settings())
        .isEmpty();
  }

  @Test
  void eachNamespaceHasARoleForItsNamesAndABinding() {
    String yaml = RightsYaml.of(of(MANIFESTS), new ObjectName("ServiceAccount", "edge", "gate"));

    assertThat(yaml)
        .contains(
            """
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata:
              name: gate-secrets
              namespace: "shop"
            rules:
              - apiGroups: [""]
                resources: [secrets]
                resourceNames:
                  - "123"
                  - "tls"
                verbs: [list, watch]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata:
              name: gate-secrets
              namespace: "shop"
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: Role
              name: gate-secrets
            subjects:
              - kind: ServiceAccount
                name: "gate"
                namespace: "edge"
            """)
        .contains("  name: gate-headers\n  namespace: \"shop\"\n")
        .contains("  name: gate-settings\n  namespace: \"ingress-nginx\"\n")
        .contains("  name: gate-secrets\nrules:")
        .doesNotContain("'*'")
        .doesNotContain("ACCOUNT")
        .doesNotContain("HOME");
  }
}
