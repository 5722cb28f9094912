import { expect } from 'chai'
import { databaseAwayText, isDatabaseAway, isDataRefused, isNotThereYet, isPassingDatabaseFault } from './errors.ts'

const coded = (code: string) => Object.assign(new Error('from the database'), { code })

describe('what an error of the database means', () => {
  const verdict = (error: unknown) => [isDatabaseAway(error), isPassingDatabaseFault(error), isDataRefused(error)]
  const line = (what: string, error: unknown, away: boolean, passing: boolean, refused: boolean) => {
    it(what, () => expect(verdict(error)).to.deep.equal([away, passing, refused]))
  }

  line('nobody listens', coded('ECONNREFUSED'), true, true, false)
  line('it is being shut down', coded('57P01'), true, true, false)
  line('it is starting', coded('57P03'), true, true, false)
  line('the connection failed', coded('08006'), true, true, false)
  line('it has become a replica', coded('25006'), true, true, false)
  line('the connection broke in the midst', new Error('Connection terminated unexpectedly'), true, true, false)
  line('no connection in time', new Error('timeout exceeded when trying to connect'), true, true, false)
  line('a deadlock', coded('40P01'), false, true, false)
  line('a lock not had in time', coded('55P03'), false, true, false)
  line('a statement that took too long', coded('57014'), false, true, false)
  line('a network that is down', coded('ENETDOWN'), true, true, false)
  line('a certificate that has expired', coded('CERT_HAS_EXPIRED'), true, true, false)
  line('a certificate of another authority', coded('SELF_SIGNED_CERT_IN_CHAIN'), true, true, false)
  line(
    'a text that reads as if the database were away',
    Object.assign(new Error('invalid input syntax for type bigint: "timeout expired"'), { code: '22P02' }),
    false,
    false,
    true,
  )
  line('a number out of range', coded('22003'), false, false, true)
  line('a constraint', coded('23505'), false, false, true)
  line('a row too large for its index', coded('54000'), false, false, true)
  line('a table that is not there', coded('42P01'), false, false, false)
  line('a wrong password', coded('28P01'), false, false, false)
  line('an error of the code', new TypeError('not a function'), false, false, false)
  line('nothing at all', undefined, false, false, false)

  it('a table or a column that is not there may come', () => {
    const errors = [coded('42P01'), coded('42703'), coded('42601'), new Error('no code'), undefined]
    expect(errors.map(isNotThereYet)).to.deep.equal([true, true, false, false, false])
  })

  it('is told, where it is for a certificate', () => {
    expect(
      ['ECONNREFUSED', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'DEPTH_ZERO_SELF_SIGNED_CERT'].map((code) =>
        databaseAwayText(coded(code)),
      ),
    ).to.deep.equal([
      'the database is away',
      'the database has a certificate that has expired (CERT_HAS_EXPIRED); it has to be renewed there',
      'the database has a certificate that is not valid yet (CERT_NOT_YET_VALID); look at the clocks',
      'the database has a certificate that is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); sslrootcert has to name the file of who has signed it',
    ])
  })
})
