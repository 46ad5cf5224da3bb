import { config } from 'zod';

// Before any schema is built: zod would compile its parsers with `new Function`, which the page's policy forbids and reports.
config({ jitless: true });
