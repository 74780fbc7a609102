package dev.headwater.sampling.propagation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Inherited cases that cannot hold here, why, and the test that covers the idea instead. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Repeatable(NotApplicable.All.class)
public @interface NotApplicable {
  /** Names of the inherited methods. */
  String[] cases();

  /** Why they cannot hold. */
  String because();

  /** What tests the same idea. */
  String instead();

  /** Several of them. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @Inherited
  @interface All {
    NotApplicable[] value();
  }

  /** Leaves the named cases out; register it on the class. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String method = context.getTestMethod().map(each -> each.getName()).orElse("");
      for (Class<?> type = context.getRequiredTestClass();
          type != null;
          type = type.getSuperclass()) {
        for (NotApplicable each : type.getDeclaredAnnotationsByType(NotApplicable.class)) {
          if (Arrays.asList(each.cases()).contains(method)) {
            return ConditionEvaluationResult.disabled(each.because() + "; see " + each.instead());
          }
        }
      }
      return ConditionEvaluationResult.enabled("applicable");
    }
  }
}
