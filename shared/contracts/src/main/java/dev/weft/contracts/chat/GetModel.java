package dev.weft.contracts.chat;

/** A model by its id, which may contain slashes. */
public record GetModel(String id) {}
