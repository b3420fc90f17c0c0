// A few checks in a row against a running Weft: prints one line each and a summary at the end.

let passed = 0;
let failed = 0;

/** Runs a check; a failure is told and counted, and the next check still runs. */
export async function check(name, body) {
  try {
    await within(30_000, body());
    passed++;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n     ${String(error?.stack ?? error).replaceAll('\n', '\n     ')}`);
  }
}

/** Runs a whole test; prints `N passed, N failed` at its end and sets the exit code. */
export async function test(body) {
  try {
    await body();
  } catch (error) {
    failed++;
    console.log(`FAIL the test could not go on\n     ${String(error?.stack ?? error)}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  // Not every client lets go of its sockets at once.
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}

/** Fails when the promise takes longer. */
async function within(millis, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The two arguments every test takes. */
export function target() {
  const [url, key] = process.argv.slice(2);
  if (!url || !key) {
    console.error('usage: test.mjs BASE_URL API_KEY');
    process.exit(2);
  }
  return { url: url.replace(/\/+$/, ''), key };
}
