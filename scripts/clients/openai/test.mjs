// OpenAI's client for Node, unmodified, against a running Weft.
// The key needs the scopes chat:invoke and models:read.

import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { check, target, test } from '../lib/checks.mjs';

const { url, key } = target();
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, timeout: 20_000 });

const messages = [
  { role: 'system', content: 'The lighthouse of Kolm was built in 1871. Its lamp burns rapeseed oil.' },
  { role: 'user', content: 'What does the lamp of the lighthouse burn?' },
];

function checkUsage(usage) {
  assert.ok(usage.prompt_tokens > 0, 'prompt_tokens');
  assert.ok(usage.completion_tokens > 0, 'completion_tokens');
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
}

await test(async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    ids.push(model.id);
  }
  const model = ids.find((id) => id.includes('offline')) ?? ids[0];

  await check('models are listed and can be retrieved one by one', async () => {
    assert.ok(ids.length > 0);
    const one = await client.models.retrieve(model);
    assert.equal(one.id, model);
    assert.equal(one.object, 'model');
  });

  await check('a completion answers with content, usage and a request id', async () => {
    const completion = await client.chat.completions.create({ model, messages });
    assert.equal(completion.object, 'chat.completion');
    assert.equal(completion.choices[0].message.role, 'assistant');
    assert.ok(completion.choices[0].message.content.length > 0);
    assert.equal(completion.choices[0].finish_reason, 'stop');
    checkUsage(completion.usage);
    assert.ok(completion._request_id);
  });

  await check('a stream brings the answer in pieces, then its usage', async () => {
    const stream = await client.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let pieces = 0;
    let finish = null;
    let usage = null;
    for await (const chunk of stream) {
      assert.equal(chunk.object, 'chat.completion.chunk');
      assert.equal(usage, null, 'the usage chunk is the last one');
      const choice = chunk.choices[0];
      if (choice?.delta?.content) {
        text += choice.delta.content;
        pieces++;
      }
      finish = choice?.finish_reason ?? finish;
      if (chunk.choices.length === 0) {
        usage = chunk.usage;
      }
    }
    assert.ok(text.length > 0);
    assert.ok(pieces > 1, 'more than one piece');
    assert.equal(finish, 'stop');
    checkUsage(usage);
  });

  await check('without include_usage no chunk has usage', async () => {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const chunk of stream) {
      assert.equal(chunk.usage ?? null, null);
      assert.equal(chunk.choices.length, 1);
    }
  });

  await check('the stream helper puts the answer together', async () => {
    let text = '';
    const stream = client.chat.completions
      .stream({ model, messages, stream_options: { include_usage: true } })
      .on('content', (delta) => (text += delta));
    assert.equal(await stream.finalContent(), text);
    const completion = await stream.finalChatCompletion();
    assert.equal(completion.choices[0].message.content, text);
    checkUsage(await stream.totalUsage());
  });

  await check('a wrong key is an AuthenticationError', async () => {
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'weft_live_nobody', maxRetries: 0 });
    await assert.rejects(stranger.chat.completions.create({ model, messages }), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError, String(error));
      assert.equal(error.status, 401);
      assert.ok(error.requestID);
      return true;
    });
  });

  await check('an unknown model is a NotFoundError', async () => {
    await assert.rejects(
      client.chat.completions.create({ model: 'no/such-model', messages }),
      (error) => {
        assert.ok(error instanceof OpenAI.NotFoundError, String(error));
        assert.equal(error.code, 'model_not_found');
        return true;
      },
    );
    await assert.rejects(client.models.retrieve('no/such-model'), OpenAI.NotFoundError);
  });

  await check('a malformed request is a BadRequestError', async () => {
    for (const body of [
      { model },
      { model, messages: 'hello' },
      { model, messages: [] },
      { model: 7, messages },
      { model, messages, stream: 'yes' },
    ]) {
      await assert.rejects(client.chat.completions.create(body), (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError, `${JSON.stringify(body)}: ${error}`);
        assert.equal(error.type, 'invalid_request_error');
        return true;
      });
    }
  });

  await check('a stream that is aborted ends, and the next request is answered', async () => {
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    let chunks = 0;
    for await (const chunk of stream) {
      chunks++;
      stream.controller.abort();
    }
    assert.ok(chunks >= 1);
    const completion = await client.chat.completions.create({ model, messages });
    assert.ok(completion.choices[0].message.content.length > 0);
  });
});
