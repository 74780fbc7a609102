/**
 * The application of {@code headwater demo}: a small voting application of three services, a
 * stand-in for a mesh proxy in front of each, and a bot that votes. It stands behind and in front
 * of the gateway as strangers do, so nothing here may import another part of it and no other part
 * but the commands may import this. Start with {@link dev.headwater.gateway.demo.DemoApplication}.
 */
@NullMarked
package dev.headwater.gateway.demo;

import org.jspecify.annotations.NullMarked;
