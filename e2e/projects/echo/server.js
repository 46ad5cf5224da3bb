// Says how it was asked, and by whom as far as it is told.
const server = require('node:http').createServer((request, response) => {
  response.setHeader('x-app', 'echo');
  response.end(JSON.stringify({ path: request.url, headers: request.headers }));
});
const port = Number(process.env.PORT ?? 8000);
server.listen(port, () => console.log(`listening on ${port}`));
process.once('SIGTERM', () => process.exit(0));
