/**
 * The language in which configuration keys are declared once, and what follows from a declaration:
 * reading and checking, defaults, JSON Schema, the key table, environment names, the effective
 * view. Which keys there are is said in {@code compile}, not here. Start with {@link
 * dev.headwater.routes.schema.Key} and {@link dev.headwater.routes.schema.Shape}.
 */
@NullMarked
package dev.headwater.routes.schema;

import org.jspecify.annotations.NullMarked;
