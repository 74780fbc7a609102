package dev.headwater.gateway;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which keys of ingress-nginx a test shows through real requests. {@link NginxKeyPageTest}
 * writes it into the page of keys, and fails for supported keys that no test shows.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface ShowsKeys {
  /** Of the ConfigMap. */
  String[] configMap() default {};

  /** Of Ingresses, without their prefix. */
  String[] annotations() default {};
}
