/**
 * The admin address: probes, metrics, the dashboard, and answers about what is in force. It reads
 * views and changes nothing; no listener ever leads here, and nothing imports this package but the
 * place that starts it. Start with {@link dev.headwater.gateway.admin.AdminServer}.
 */
@NullMarked
package dev.headwater.gateway.admin;

import org.jspecify.annotations.NullMarked;
