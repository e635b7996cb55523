import { directoryStore } from '../src/index.ts'

/** An export into the directory that it is given, which never ends by itself. */
const [, , root = ''] = process.argv
const run = { repository: 'acme/journal', id: 7, attempt: 1 }
const draft = await directoryStore(root, { now: () => new Date(), run }).draft('backup-killed', 'x')
await draft.upload('a.0001.gpg', Buffer.alloc(1024 ** 2, 1))
process.send?.('begun')
for (;;)
  await draft.upload('a.0002.gpg', Buffer.alloc(32 * 1024 ** 2, Math.floor(Math.random() * 256)))
