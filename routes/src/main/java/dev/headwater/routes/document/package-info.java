/**
 * Configuration as it is written: YAML read into a tree in which every value knows where it comes
 * from, and the problems found in it. Nothing here knows which keys exist or what they mean, and
 * nothing opens a file. Start with {@link dev.headwater.routes.document.YamlDocument}.
 */
@NullMarked
package dev.headwater.routes.document;

import org.jspecify.annotations.NullMarked;
