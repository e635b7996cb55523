import { open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/**
 * Into a new file of another name, which it loses when everything has come without an error.
 *
 * @throws what the plaintext throws, and then nothing is left
 */
export async function openInto(plain: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const unauthenticated = `${path}.unauthenticated`
  const file = await open(unauthenticated, 'wx', 0o600)
  try {
    await pipeline(plain, file.createWriteStream())
    await rename(unauthenticated, path)
  } catch (error) {
    await rm(unauthenticated, { force: true })
    throw error
  }
}
