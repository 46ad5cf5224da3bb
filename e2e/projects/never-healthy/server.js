const port = Number(process.env.PORT ?? 8000);
const server = require('node:http').createServer((request, response) => {
  console.error(`cannot serve ${request.url}: the stock database is closed`);
  response.writeHead(500, { 'content-type': 'text/plain' });
  response.end('stock database is closed\n');
});
server.listen(port, () => console.log(`listening on ${port}`));
process.once('SIGTERM', () => process.exit(0));
