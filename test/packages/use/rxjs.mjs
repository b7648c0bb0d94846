import { BehaviorSubject, combineLatest, concat, defer, EMPTY, forkJoin, from, fromEvent, interval, lastValueFrom, merge, of, range, ReplaySubject, Subject, throwError, timer, zip } from 'rxjs'
import { bufferCount, catchError, concatMap, debounceTime, delay, distinctUntilChanged, exhaustMap, filter, finalize, groupBy, map, mergeMap, pairwise, reduce, retry, scan, share, startWith, switchMap, take, takeUntil, tap, toArray, withLatestFrom } from 'rxjs/operators'
import { TestScheduler } from 'rxjs/testing'
import { EventEmitter } from 'node:events'

const log = (name) => ({ next: (v) => console.log(name, v), error: (e) => console.log(name, 'error', e.message), complete: () => console.log(name, 'complete') })
range(1, 10).pipe(filter((n) => n % 2), map((n) => n * n), scan((a, b) => a + b, 0), pairwise()).subscribe(log('squares'))
from(['a', 'b', 'a', 'c']).pipe(groupBy((x) => x), mergeMap((g) => g.pipe(reduce((n) => n + 1, 0), map((n) => [g.key, n])))).subscribe(log('groups'))
let tries = 0
defer(() => (++tries < 3 ? throwError(() => new Error('try ' + tries)) : of('third'))).pipe(retry(3)).subscribe(log('retry'))
throwError(() => new Error('bad')).pipe(catchError((e) => of('caught ' + e.message)), finalize(() => console.log('final'))).subscribe(log('catch'))
const b = new BehaviorSubject(1), s = new Subject(), r = new ReplaySubject(2)
combineLatest([b, s.pipe(startWith('s0'))]).subscribe(log('combine'))
s.next('s1'); b.next(2); s.complete(); b.complete()
r.next(1); r.next(2); r.next(3); r.subscribe(log('replay'))
const e = new EventEmitter(); fromEvent(e, 'x').pipe(take(2)).subscribe(log('event')); e.emit('x', 1); e.emit('x', 2); e.emit('x', 3)
console.log(await lastValueFrom(zip(of(1, 2), of('a', 'b')).pipe(toArray())))
console.log(await lastValueFrom(interval(2).pipe(take(4), concatMap((n) => of(n).pipe(delay(3 - n > 0 ? 3 - n : 0))), bufferCount(3), toArray())))
console.log(await lastValueFrom(merge(timer(20).pipe(map(() => 'late')), timer(1).pipe(map(() => 'early'))).pipe(toArray())))
console.log(await lastValueFrom(forkJoin({ a: of(1), b: timer(1) })))
console.log(await lastValueFrom(concat(of(1), EMPTY, of(2)).pipe(switchMap((n) => of(n, n * 10)), exhaustMap((n) => of(n)), distinctUntilChanged(), withLatestFrom(of('w')), toArray())))
new TestScheduler((a, x) => console.log('marble', JSON.stringify(a) === JSON.stringify(x))).run(({ cold, expectObservable }) => {
  expectObservable(cold('-a--b---c|').pipe(debounceTime(2))).toBe('---a--b---(c|)'.replace('---a--b---(c|)', '---a--b--(c|)'))
})
