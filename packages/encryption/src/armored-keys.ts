import { Failure } from '@recovery-playbook/failure'
import { type Key, type PrivateKey, readKeys } from 'openpgp'

/**
 * Every key in one or more armored blocks, concatenated as `gpg --export --armor` of several keys, or
 * several files one after the other, gives them.
 *
 * @param what names the input in errors, as in "the public keys"
 * @throws Failure KEY_UNUSABLE when there is no key, or a block is not one
 */
export async function readArmoredKeys(text: string, what: string): Promise<Key[]> {
  const blocks = text.match(/-----BEGIN PGP [^-]+-----[\s\S]*?-----END PGP [^-]+-----/g) ?? []
  const begun = text.match(/-----BEGIN PGP /g) ?? []
  if (blocks.length === 0 || blocks.length !== begun.length) {
    throw unreadable(what, blocks.length === 0 ? 'no armored key is in it' : 'a block has no end')
  }
  const keys: Key[] = []
  for (const armored of blocks) {
    // YAML and shells indent; base64 and armor headers do not care, OpenPGP.js does.
    const armoredKeys = armored.replace(/^[ \t]+|[ \t\r]+$/gm, '')
    const read = await readKeys({ armoredKeys }).catch((cause: unknown) => {
      throw unreadable(what, 'a block is damaged, or not a key', cause)
    })
    keys.push(...read)
  }
  const last = new Map(keys.map((key) => [key.getFingerprint(), key]))
  return [...last.values()]
}

export const isPrivate = (key: Key): key is PrivateKey => key.isPrivate()

/** As gpg shows it: 16 upper-case hexadecimal digits. */
export const keyIdOf = (key: { getKeyID(): { toHex(): string } }): string =>
  key.getKeyID().toHex().toUpperCase()

const unreadable = (what: string, wrong: string, cause?: unknown) =>
  new Failure('KEY_UNUSABLE', `Of ${what}, nothing can be read: ${wrong}.`, {
    hint: 'Give the whole text, from -----BEGIN PGP to -----END PGP, line breaks included.',
    cause,
  })
