package dev.weft.chat.offline;

/**
 * A sentence that may be quoted.
 *
 * @param citation number of the passage it is from; 0 when it is from the messages
 */
record Quotable(String text, int citation) {}
