package dev.weft.mesh;

import io.vertx.core.Vertx;

/**
 * A node of a cluster that has joined. The mesh is closed first, then the Vert.x instance, which
 * leaves the cluster.
 */
public record ClusteredMesh(Vertx vertx, Mesh mesh) {}
