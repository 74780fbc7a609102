package dev.headwater.routes.nginx;

import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.DrainPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Terms of the whole process.
 *
 * @param accessLog one line per request, or null for none
 * @param drain how to stop
 */
public record ProcessTerms(@Nullable AccessLogPolicy accessLog, DrainPolicy drain) {}
