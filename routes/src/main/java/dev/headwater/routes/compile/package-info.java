/**
 * From a document to one validated configuration: which keys there are, what each means, what must
 * hold between them. Pure: files come in through an interface, variables as a map. Start with
 * {@link dev.headwater.routes.compile.ConfigurationLoader}, then {@link
 * dev.headwater.routes.compile.ConfigurationSchema}.
 */
@NullMarked
package dev.headwater.routes.compile;

import org.jspecify.annotations.NullMarked;
