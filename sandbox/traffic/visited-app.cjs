// The app that traffic visits, run in a container of Node's image or as it is. Every answer names the release, the request's id, and how
// many bytes of which content came, so that a wrong answer is found as well as a missing one. Headers of a request: x-id; x-ms, how long
// the answer takes; x-drip, which makes a long answer a long stream. A websocket echoes.
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');
const { connect } = require('node:net');

const { PORT = '3000', MANNERS = 'polite', WITNESS = '', LONGSHORE_RELEASE: release = '0' } = process.env;
const DRIP_MS = 500;

let stopping = false;
let tell = () => undefined;

const app = createServer((question, answer) => {
  const id = String(question.headers['x-id'] ?? '');
  const ms = Number(question.headers['x-ms'] ?? 0);
  // At once: what is sent twice is told twice, whatever becomes of it.
  if (question.method === 'POST') tell(id);
  const hash = createHash('sha256');
  let bytes = 0;
  question.on('data', (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  question.on('end', () => {
    const begin = () => {
      answer.setHeader('x-release', release);
      // A kept connection would hold a polite app back from its end.
      if (stopping) answer.setHeader('connection', 'close');
    };
    const line = `${release} ${id} ${bytes} ${hash.digest('hex')}\n`;
    if (question.headers['x-drip'] === undefined) {
      setTimeout(() => {
        begin();
        answer.end(line);
      }, ms);
      return;
    }
    begin();
    let left = Math.floor(ms / DRIP_MS);
    const drip = () => {
      if (left === 0) return answer.end(line);
      left -= 1;
      answer.write('.');
      setTimeout(drip, DRIP_MS);
    };
    drip();
  });
});
// Longer than any client here leaves a connection idle.
app.keepAliveTimeout = 75_000;

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455, section 1.3
const CLOSE = 8;

app.on('upgrade', (question, socket, head) => {
  const key = question.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1')
    .update(key + WEBSOCKET_GUID)
    .digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
  socket.write([...lines, `x-release: ${release}`, '', ''].join('\r\n'));
  let pending = head;
  socket.on('error', () => socket.destroy());
  const take = (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    // Frames of its one client: masked, whole, and shorter than 126 bytes.
    while (pending.length >= 6 && pending.length >= 6 + (pending[1] & 0x7f)) {
      const length = pending[1] & 0x7f;
      const mask = pending.subarray(2, 6);
      const payload = Buffer.from(pending.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]));
      const opcode = pending[0] & 0x0f;
      pending = pending.subarray(6 + length);
      socket.write(Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]));
      if (opcode === CLOSE) socket.end();
    }
  };
  socket.on('data', take);
  take(Buffer.alloc(0));
});

process.on('SIGTERM', () => {
  if (MANNERS === 'impolite') process.exit(0);
  stopping = true;
  app.close(() => process.exit(0));
  app.closeIdleConnections();
});

const listen = () => app.listen(Number(PORT), () => console.log(`release ${release} listens`));
if (WITNESS === '') {
  listen();
} else {
  const [host, port] = WITNESS.split(':');
  const witness = connect(Number(port), host, () => {
    witness.setNoDelay(true);
    tell = (id) => witness.write(`${id}\n`);
    listen();
  });
  // Requests that nobody counts would prove nothing.
  witness.on('error', (error) => {
    console.error(`The witness at ${WITNESS}: ${error.message}`);
    process.exit(1);
  });
}
