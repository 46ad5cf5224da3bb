const port = Number(process.env.PORT ?? 8000);
require('node:http')
  .createServer((_request, response) => response.end('only for me\n'))
  .listen(port, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${port}`));
process.once('SIGTERM', () => process.exit(0));
