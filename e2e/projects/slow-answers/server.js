const port = Number(process.env.PORT ?? 8000);
// A request for /slow is answered after a minute, so that the release that has it takes its time to end.
const server = require('node:http').createServer((request, response) => {
  setTimeout(() => response.end(`release ${process.env.LONGSHORE_RELEASE}\n`), request.url === '/slow' ? 60_000 : 0);
});
server.listen(port, () => console.log(`listening on ${port}`));
process.once('SIGTERM', () => process.exit(0));
