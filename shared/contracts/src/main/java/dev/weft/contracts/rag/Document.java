package dev.weft.contracts.rag;

/** A document with its text. */
public record Document(DocumentInfo info, String text) {}
