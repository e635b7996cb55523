import { timestamp } from './exchange.ts'
import type { Call } from './exchange.ts'
import type { Person } from './git-objects.ts'
import { optionalObject, optionalString } from './json-body.ts'
import type { Fields } from './json-body.ts'
import { actionsBot } from './people.ts'

/** Who made an object: what the request says, and the token's account and now where it does not. */
export function authorship(call: Call, fields: Fields, role: string): Person | undefined {
  const given = optionalObject(fields, role)
  if (given === undefined) return undefined
  const bot = botNow(call)
  const date = optionalString(given, 'date')
  return {
    name: optionalString(given, 'name') ?? bot.name,
    email: optionalString(given, 'email') ?? bot.email,
    date: date === undefined || Number.isNaN(Date.parse(date)) ? bot.date : date,
  }
}

export const botNow = (call: Call): Person => ({
  name: actionsBot.login,
  email: actionsBot.email,
  date: timestamp(call.now()),
})
