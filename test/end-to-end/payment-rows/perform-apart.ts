import { startSecondProcessors } from '../second-processors.ts'
import { untilTrue } from '../../support/until.ts'
import { stages, type ApartCase } from './cases/apart.ts'
import { patience } from './patience.ts'
import { follow, type Performance } from './performance.ts'
import { createScene } from './scene.ts'
import type { ShopAtStripe } from './shop-at-stripe.ts'

/** The cases in which one service is further than another. */
export const performApart = async (
  shop: ShopAtStripe,
  apart: readonly ApartCase[],
): Promise<readonly Performance[]> => {
  if (apart.length === 0) return []
  const { running, stripe } = shop
  const processors = running.shop.child('processors')
  if (processors === undefined) throw new Error('the shop has no processors')
  const playing = apart.map((of, index) => ({
    of,
    scene: createScene(shop, { name: `apart-${index}`, card: of.card }),
    all: Promise.withResolvers<void>(),
  }))
  const performances = playing.map(({ of, scene, all }): Performance => ({
    of,
    scene,
    death: undefined,
    gate: undefined,
    tellAll: () => undefined,
    ...follow(shop, scene, { of, playing: all.promise }),
  }))

  await processors.stop()
  for (const stage of stages) {
    const alone =
      stage === 'inventory' || stage === 'payment'
        ? await startSecondProcessors(running.shop, { PROCESSORS: stage })
        : undefined
    if (stage === 'all') {
      processors.start()
      await running.shop.untilReady(120_000)
    }
    // One that fails is not waited for any more: its test says how.
    await Promise.all(
      playing.map(({ of, scene, all }) => (of.play[stage]?.(scene) ?? Promise.resolve()).catch(all.reject)),
    )
    // What comes later is later in the log as well.
    if (stage === 'nobody') await stripe.events.delivered()
    await alone?.stop()
  }
  for (const { all } of playing) all.resolve()
  await untilTrue('every order is at its end', () => performances.every((one) => one.isOver()), patience)
  return performances
}
