package dev.headwater.gateway;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says which rows of the fault matrix a test proves: {@code @FaultRow("T1")},
 * {@code @FaultRow({"Z7", "Z8"})}. On a class it counts for each of its test methods.
 *
 * <p>What a run really proved is written down by {@link FaultRowRecord}: a row counts when at least
 * one test that carries it passed and none of them failed, aborted or was disabled. {@code .ci/run}
 * prints the sum.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(FaultRowRecord.class)
public @interface FaultRow {

  /** Letter and number of each row, as in {@code T1} or {@code Z14}. */
  String[] value();
}
