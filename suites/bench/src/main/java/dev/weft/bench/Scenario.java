package dev.weft.bench;

/**
 * A kind of load.
 *
 * @param name as the report calls it
 * @param connections how many at once
 * @param body the request
 * @param unitsPerAnswer what CPU time is divided by: 1 for a request, the number of events for
 *     paced streams
 * @param unit name of that unit
 */
record Scenario(String name, int connections, String body, int unitsPerAnswer, String unit) {}
