// The client of the MCP TypeScript SDK, unmodified, against a running Weft.
// The key needs the scopes mcp:call, rag:read and rag:write.

import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { EmptyResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { check, target, test } from '../lib/checks.mjs';

const { url, key } = target();
const endpoint = new URL(`${url}/mcp`);
const authorization = { Authorization: `Bearer ${key}` };
const collection = `mcp-client-test-${process.pid}`;

async function rest(method, path, body) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...authorization, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.text()}`);
}

async function connect(headers = authorization) {
  const client = new Client({ name: 'weft-client-test', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(endpoint, { requestInit: { headers } });
  await client.connect(transport);
  return { client, transport };
}

await test(async () => {
  await rest('POST', '/v1/rag/collections', { name: collection });
  await rest('PUT', `/v1/rag/collections/${collection}/documents/lighthouse`, {
    title: 'The lighthouse',
    text: 'The lighthouse of Kolm was built in 1871. Its lamp burns rapeseed oil.',
  });

  const { client, transport } = await connect();

  await check('the handshake agrees on revision 2025-11-25 and a session', async () => {
    assert.equal(transport.protocolVersion, '2025-11-25');
    assert.match(transport.sessionId, /^[A-Za-z0-9_-]{32}$/);
    assert.equal(client.getServerVersion().name, 'weft');
    assert.ok(client.getServerCapabilities().tools);
  });

  await check('ping is answered', () => client.ping());

  await check('rag_search is listed with its schemas and hints', async () => {
    const { tools, nextCursor } = await client.listTools();
    assert.equal(nextCursor, undefined);
    const tool = tools.find((one) => one.name === 'rag_search');
    assert.deepEqual(tool.inputSchema.required, ['collection', 'query']);
    assert.equal(tool.outputSchema.type, 'object');
    assert.equal(tool.annotations.readOnlyHint, true);
  });

  await check('rag_search finds a passage; the client validates it by the output schema', async () => {
    const result = await client.callTool({
      name: 'rag_search',
      arguments: { collection, query: 'lamp of the lighthouse', limit: 3 },
    });
    assert.ok(!result.isError, JSON.stringify(result));
    assert.equal(result.structuredContent.hits[0].documentId, 'lighthouse');
    assert.match(result.structuredContent.hits[0].text, /rapeseed oil/);
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  });

  await check('twenty calls at once each get their own answer', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        client.callTool({ name: 'rag_search', arguments: { collection, query: `lamp ${i}` } }),
      ),
    );
    results.forEach((result, i) => assert.equal(result.structuredContent.query, `lamp ${i}`));
  });

  await check('a collection that is not there is a failed tool, not a failed request', async () => {
    const result = await client.callTool({
      name: 'rag_search',
      arguments: { collection: 'no-such-collection', query: 'lamp' },
    });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /rag:collection\.not_found/);
  });

  await check('wrong arguments are a failed tool that says what is wrong', async () => {
    const result = await client.callTool({
      name: 'rag_search',
      arguments: { collection, query: 'lamp', limit: 1000 },
    });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /limit/);
  });

  await check('an unknown tool is refused with -32602', () =>
    assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), { code: -32602 }),
  );

  await check('an unknown method is refused with -32601', () =>
    assert.rejects(client.request({ method: 'no/such/method' }, EmptyResultSchema), { code: -32601 }),
  );

  await check('a session that was ended is gone, and a new one works', async () => {
    const ended = transport.sessionId;
    await transport.terminateSession();
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        ...authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': ended,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    });
    assert.equal(response.status, 404);
    await client.close();
    const again = await connect();
    await again.client.ping();
    assert.notEqual(again.transport.sessionId, ended);
    await again.client.close();
  });

  await check('without a key the door is closed', () =>
    assert.rejects(connect({}), (error) => /401|[Uu]nauthorized/.test(`${error.code} ${error}`)),
  );

  await rest('DELETE', `/v1/rag/collections/${collection}`);
});
