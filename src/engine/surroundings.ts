/** Which transactions the code that runs now is inside of, by the calls that led to it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Driver } from './driver.ts'

interface Surrounding {
  readonly driver: Driver
  readonly isOpen: () => boolean
  readonly outer: Surrounding | undefined
}

const surroundings = new AsyncLocalStorage<Surrounding>()

/** Runs work that is inside a transaction for as long as that is open. */
export function inside<Value>(driver: Driver, isOpen: () => boolean, work: () => Value): Value {
  return surroundings.run({ driver, isOpen, outer: surroundings.getStore() }, work)
}

/** Whether a transaction of this driver is open around the code that runs. */
export function isInside(driver: Driver): boolean {
  let one = surroundings.getStore()
  while (one !== undefined && !(one.driver === driver && one.isOpen())) one = one.outer
  return one !== undefined
}
