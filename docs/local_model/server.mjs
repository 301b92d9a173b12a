// A small model behind OpenAI's chat completions, on loopback, for docs/local-models.md.
// node server.mjs MODEL.gguf PORT
import { createServer } from "node:http";
import { ChatMLChatWrapper, getLlama, LlamaChatSession } from "node-llama-cpp";

const [model, port] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1 });
const context = await (await llama.loadModel({ modelPath: model })).createContext({ contextSize: 4096, threads: 1 });
const sequence = context.getSequence();

async function complete({ messages, max_tokens, max_completion_tokens, temperature }) {
  await sequence.clearHistory();
  const of = (role) => messages.filter((m) => m.role === role).map((m) => m.content).join("\n\n");
  const session = new LlamaChatSession({ contextSequence: sequence, chatWrapper: new ChatMLChatWrapper(), systemPrompt: of("system") });
  const before = sequence.tokenMeter.getState();
  const reply = await session.promptWithMeta(of("user"), {
    maxTokens: Math.min(max_tokens ?? max_completion_tokens ?? 300, 300),
    temperature: temperature ?? 0, repeatPenalty: { penalty: 1.1 },
  });
  const used = sequence.tokenMeter.diff(before);
  session.dispose({ disposeSequence: false });
  return {
    id: "local", object: "chat.completion", created: Math.floor(Date.now() / 1000), model: "local",
    choices: [{
      index: 0,
      message: { role: "assistant", content: reply.responseText },
      finish_reason: reply.stopReason === "maxTokens" ? "length" : "stop",
    }],
    usage: {
      prompt_tokens: used.usedInputTokens, completion_tokens: used.usedOutputTokens,
      total_tokens: used.usedInputTokens + used.usedOutputTokens,
    },
  };
}

let last = Promise.resolve();
createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  const answer = (status, value) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(value));
  };
  last = last.then(() => complete(JSON.parse(body))).then(
    (reply) => answer(200, reply),
    (error) => answer(400, { error: { message: String(error.message ?? error) } }),
  );
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
