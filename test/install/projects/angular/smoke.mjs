import '@angular/compiler'
import { signal, computed } from '@angular/core'
import { of, map, firstValueFrom } from 'rxjs'
const n = signal(2)
console.log(computed(() => n() * 2)(), await firstValueFrom(of(1).pipe(map(x => x + 1))))
