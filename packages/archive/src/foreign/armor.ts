/**
 * The bytes of OpenPGP's ASCII armor (RFC 9580, 6). Its checksum is not looked at: what is inside
 * authenticates itself.
 *
 * @throws Error for what is not one whole block
 */
export async function* withoutArmor(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const armor = { place: 'before' as Place, digits: '' }
  let rest = ''
  for await (const piece of pieces) {
    rest += Buffer.from(piece).toString('latin1')
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new Error('its armor has a line that is too long')
    for (const line of lines) read(armor, line.trimEnd())
    const { digits } = armor
    const whole = digits.slice(0, digits.length - (digits.length % 4))
    armor.digits = digits.slice(whole.length)
    if (whole !== '') yield Buffer.from(whole, 'base64')
  }
  read(armor, rest.trimEnd())
  if (armor.place !== 'after') throw new Error('its armor has no end')
  if (armor.digits !== '') yield Buffer.from(armor.digits, 'base64')
}

type Place = 'before' | 'headers' | 'body' | 'checksum' | 'after'

const longestLine = 1024

function read(armor: { place: Place; digits: string }, line: string): void {
  const { place } = armor
  if (place === 'before') armor.place = 'headers'
  else if (place === 'headers') armor.place = line === '' ? 'body' : 'headers'
  else if (line.startsWith('-----END PGP MESSAGE-----')) armor.place = 'after'
  else if (place === 'after' && line !== '') throw new Error('something follows its armor')
  else if (place === 'body' && line.startsWith('=')) armor.place = 'checksum'
  else if (place === 'body') armor.digits += line
}
