/**
 * What the gateway would do with a request, and why: asked by the {@code explain} command and by
 * the admin address. Nothing here sends or opens anything, and no rule is written a second time:
 * routes, trust and sampling are asked of the classes that serve requests. Start with {@link
 * dev.headwater.gateway.explain.Explainer}.
 */
@NullMarked
package dev.headwater.gateway.explain;

import org.jspecify.annotations.NullMarked;
