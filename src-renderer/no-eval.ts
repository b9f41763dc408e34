import { z } from 'zod';

/** zod would probe `new Function`, which the page's security policy forbids and logs. Import this before any schema. */
z.config({ jitless: true });
