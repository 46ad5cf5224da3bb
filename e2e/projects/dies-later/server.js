const port = Number(process.env.PORT ?? 8000);
let visited = false;
// Well until three seconds after its first visitor. The edge's checks are none: it would end before it is switched to.
const server = require('node:http').createServer((request, response) => {
  if (!visited && request.headers['user-agent'] !== 'longshore-health') {
    visited = true;
    setTimeout(() => {
      console.error('fatal: the stock database went away');
      process.exit(7);
    }, 3_000);
  }
  response.end('not for long\n');
});
server.listen(port, () => console.log(`listening on ${port}`));
