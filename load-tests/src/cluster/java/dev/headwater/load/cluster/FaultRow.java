package dev.headwater.load.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says which rows of the fault matrix a test proves, as the gateway's annotation of that name does;
 * what a run really proved is written down by {@link FaultRowRecord}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ExtendWith(FaultRowRecord.class)
@interface FaultRow {

  /** Letter and number of each row, as in {@code K4}. */
  String[] value();
}
