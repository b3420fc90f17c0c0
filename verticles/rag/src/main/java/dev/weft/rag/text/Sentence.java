package dev.weft.rag.text;

/**
 * A sentence within a text, without the blanks around it. Offsets in UTF-16 units.
 *
 * @param start inclusive
 * @param end exclusive, greater than start
 * @param heading whether it is a Markdown heading
 */
record Sentence(int start, int end, boolean heading) {}
