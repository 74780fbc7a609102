/**
 * Which of a trusted caller's baggage passes, and which of it our spans show: W3C Baggage and the
 * older {@code baggage-KEY} headers. Nothing here knows who is trusted, and no value is changed on
 * its way. Start with {@link dev.headwater.sampling.baggage.BaggageCut}.
 */
@NullMarked
package dev.headwater.sampling.baggage;

import org.jspecify.annotations.NullMarked;
