package dev.headwater.sampling;

/**
 * The answer for one whole trace.
 *
 * @param sampled whether spans are recorded, here and behind us
 * @param debug whether the trace is kept whatever any later sampler says; implies {@code sampled}
 * @param reason why
 * @param rule name of the rule that decided: {@code route:NAME} for a route's own, {@code default}
 *     for the default rate, the header's name where a trusted caller's command decided, {@code
 *     none} where nothing was asked
 * @param rate probability in force, 0 to 1; NaN where no rate was asked (inherited, forced)
 */
public record Decision(boolean sampled, boolean debug, Reason reason, String rule, double rate) {}
