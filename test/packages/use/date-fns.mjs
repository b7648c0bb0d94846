import { add, addBusinessDays, compareAsc, differenceInCalendarDays, eachDayOfInterval, endOfMonth, format, formatDistance, formatDuration, formatISO, formatRelative, getISOWeek, intervalToDuration, isValid, isWeekend, parse, parseISO, set, startOfWeek, sub } from 'date-fns'
import { de, fr, ja, th } from 'date-fns/locale'
const d = new Date(2026, 1, 27, 13, 5, 9, 87)
console.log(format(d, "yyyy-MM-dd'T'HH:mm:ss.SSS"), format(d, 'PPPPpppp'), format(d, "do 'of' MMMM yyyy, EEEE, QQQ, 'week' w"), formatISO(d, { representation: 'date' }))
for (const locale of [de, fr, ja, th]) console.log(locale.code, format(d, 'PPPP', { locale }), formatDistance(d, new Date(2026, 4, 1), { locale, addSuffix: true }), formatRelative(d, new Date(2026, 2, 1), { locale }))
console.log(formatISO(add(d, { months: 1, days: 3, hours: 5 })), formatISO(sub(d, { years: 2 })), format(endOfMonth(d), 'dd'), differenceInCalendarDays(new Date(2026, 11, 24), d), getISOWeek(d), isWeekend(d), format(addBusinessDays(d, 3), 'EEE'))
console.log(eachDayOfInterval({ start: d, end: add(d, { days: 3 }) }).map((x) => format(x, 'MM/dd')), intervalToDuration({ start: d, end: new Date(2027, 3, 1) }), formatDuration({ hours: 2, minutes: 5 }), compareAsc(d, d))
console.log(format(parse('03 mars 2025', 'dd MMMM yyyy', new Date(0), { locale: fr }), 'yyyy-MM-dd'), isValid(parse('x', 'yyyy', d)), isValid(parseISO("2024-02-30")))
try { format(new Date(NaN), "yyyy") } catch (e) { console.log(e.name, e.message) }
console.log(format(startOfWeek(d, { weekStartsOn: 1 }), "P"), format(set(d, { hours: 0 }), "h a"))
