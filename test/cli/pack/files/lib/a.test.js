// lib/a.test.js
