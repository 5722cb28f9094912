import { expect } from 'chai'
import { usualDeadlines } from '../domain/orders/deadline.ts'
import { ConfigError, readConfig } from '../infrastructure/lifecycle/config.ts'
import { processorsConfig } from './config.ts'
import { deadlineSettingsOf, delaysOf, standstillOf } from './durations.ts'

const needed = {
  EVENTSTORE_URL: 'esdb://localhost:2113?tls=false',
  DATABASE_URL: 'postgres://localhost/shop',
  PAYMENT_PROVIDER_URL: 'http://localhost:3010',
  SMTP_URL: 'smtp://localhost:1025',
  MAIL_FROM: 'shop@shop.example',
  OPERATOR_EMAIL: 'operators@shop.example',
  JWT_ISSUER: 'i',
  JWT_AUDIENCE: 'a',
  JWT_SECRET: 'x'.repeat(32),
}
const read = (changes: Readonly<Record<string, string>> = {}) => readConfig(processorsConfig, { ...needed, ...changes })

describe('the configuration of the processors', () => {
  it('runs all services with the usual durations unless it is told otherwise', () => {
    const config = read()
    expect(config.PROCESSORS).to.deep.equal(['order', 'inventory', 'payment', 'notification'])
    expect(deadlineSettingsOf(config)).to.deep.equal(usualDeadlines)
    expect(delaysOf(config)).to.deep.equal({ first: 30_000, all: [30_000, 120_000, 600_000, 3_600_000] })
    expect(standstillOf(config)).to.deep.equal({
      first: 60_000,
      again: [300_000, 1_800_000, 3_600_000],
      longest: 3_600_000,
    })
  })

  it('takes other durations and fewer services', () => {
    const config = read({
      PROCESSORS: 'payment,order',
      FOLLOW_UP_DELAYS_SECONDS: '0.5,2',
      STANDSTILL_DELAYS_SECONDS: '3',
      ORDER_DEADLINE_SECONDS: '8',
    })
    expect(config.PROCESSORS).to.deep.equal(['payment', 'order'])
    expect(delaysOf(config)).to.deep.equal({ first: 500, all: [500, 2_000] })
    expect(standstillOf(config)).to.deep.equal({ first: 3_000, again: [3_000], longest: 3_000 })
    expect(deadlineSettingsOf(config).confirmWithin).to.equal(8_000)
  })

  it('takes an address of any script', () => {
    for (const address of ['jörg@shop.example', 'operators@müller-shop.example'])
      expect(read({ OPERATOR_EMAIL: address }).OPERATOR_EMAIL).to.equal(address)
  })

  it('refuses what it cannot mean', () => {
    for (const changes of [
      { PROCESSORS: 'orders' },
      { PROCESSORS: 'order,order' },
      { FOLLOW_UP_DELAYS_SECONDS: '30,soon' },
      { FOLLOW_UP_DELAYS_SECONDS: '30,0' },
      { ORDER_DEADLINE_SECONDS: '-1' },
      { SMTP_URL: 'http://localhost' },
      { SMTP_URL: 'smtp://localhost?requireTls=true' },
      { OPERATOR_EMAIL: 'nobody' },
      { MAIL_MESSAGE_ID_HOST: 'müller.example' },
      { UNASKED_REBUILDS: 'lenient' },
      { REPLACED_TABLES_KEPT_HOURS: '-1' },
      { SHOP_LANGUAGE: 'fr' },
      { SHOP_TIME_ZONE: 'Berlin' },
      { SMS_PROVIDER: 'fax' },
      { JWT_JWKS_URL: 'https://issuer.example/keys' },
    ])
      expect(() => read(changes), JSON.stringify(changes)).to.throw(ConfigError)
  })

  it('asks for what an SMS provider needs, where there is one', () => {
    expect(read()).to.include({ SMS_PROVIDER: 'log', SHOP_LANGUAGE: 'en', SHOP_TIME_ZONE: 'UTC' })
    const twilio = {
      SMS_PROVIDER: 'twilio',
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 's',
      SMS_FROM: 'Shop',
    }
    expect(read(twilio).TWILIO_URL).to.equal('https://api.twilio.com')
    expect(() => read({ SMS_PROVIDER: 'twilio' })).to.throw(
      ConfigError,
      /TWILIO_ACCOUNT_SID.*TWILIO_AUTH_TOKEN.*SMS_FROM/s,
    )
    expect(() => read({ ...twilio, TWILIO_ACCOUNT_SID: 'AC' })).to.throw(ConfigError, /TWILIO_ACCOUNT_SID/)
  })

  it('wants what the chosen payment provider needs, and says all that is wrong at once', () => {
    const stripe = {
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: 'sk_test_123',
      STRIPE_RETURN_URL: 'https://shop.example/paid',
    }
    expect(read(stripe)).to.include(stripe)
    expect(() => read({ PAYMENT_PROVIDER: 'stripe', SMTP_URL: 'http://localhost' })).to.throw(
      ConfigError,
      /SMTP_URL: .*; STRIPE_SECRET_KEY is not set; STRIPE_RETURN_URL is not set$/,
    )
    expect(() => read({ PAYMENT_PROVIDER_URL: '' })).to.throw(ConfigError, 'PAYMENT_PROVIDER_URL is not set')
    expect(() => read({ ...stripe, STRIPE_SECRET_KEY: 'pk_live_a_public_one' }))
      .to.throw(ConfigError, 'STRIPE_SECRET_KEY: is no secret key')
      .with.property('message')
      .that.does.not.include('a_public_one')
    expect(() => read({ PAYMENT_PROVIDER: 'bank' })).to.throw(ConfigError, 'PAYMENT_PROVIDER')
  })

  it('takes no idempotency key for known that Stripe has forgotten', () => {
    const stripe = {
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: 'sk_test_123',
      STRIPE_RETURN_URL: 'https://shop.example/paid',
    }
    expect(read({ ...stripe, PROVIDER_KEYS_KEPT_HOURS: '23' }).PROVIDER_KEYS_KEPT_HOURS).to.equal(23)
    expect(() => read({ ...stripe, PROVIDER_KEYS_KEPT_HOURS: '24' })).to.throw(
      ConfigError,
      'PROVIDER_KEYS_KEPT_HOURS: is 24; stripe knows a key again for no longer than 23',
    )
    expect(read({ PROVIDER_KEYS_KEPT_HOURS: '48' }).PROVIDER_KEYS_KEPT_HOURS).to.equal(48)
  })

  it('names everything that is missing', () => {
    expect(() => readConfig(processorsConfig, {})).to.throw(ConfigError, /DATABASE_URL.*SMTP_URL.*PAYMENT_PROVIDER_URL/)
  })
})
