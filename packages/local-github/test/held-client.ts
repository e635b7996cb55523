import { expect } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { answerFaults, requestFaults } from './openapi.ts'

type Client = ReturnType<typeof githubClient>

/** Every request and answer is held against GitHub's own description. */
export function heldClient(token: string, apiUrl: string): Client {
  const request = githubClient(token, apiUrl)
  const held = async (route: string, parameters: Record<string, unknown>) => {
    const [method, template = ''] = route.split(' ')
    const named = new Set([...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    const body = Object.fromEntries(Object.entries(parameters).filter(([key]) => !named.has(key)))
    if (method !== 'GET') expect(requestFaults(route, body)).toEqual([])
    const answer = await request(route, parameters)
    expect(answerFaults(route, answer.status, answer.data)).toEqual([])
    return answer
  }
  return held as unknown as Client
}

/**
 * Clients of two runs that race: both have looked before either goes on. The first answer of each waits
 * for the other's.
 */
export function bothLookFirst(client: () => Client): () => Client {
  let looking = 0
  let release = (): void => undefined
  const both = new Promise<void>((resolve) => {
    release = resolve
  })
  return () => {
    const request = client() as unknown as (route: string, more: unknown) => Promise<unknown>
    let first = true
    return (async (route: string, more: unknown) => {
      const answer = await request(route, more)
      if (!first) return answer
      first = false
      looking += 1
      if (looking === 2) release()
      await both
      return answer
    }) as unknown as Client
  }
}
