import express from 'express'
import stripAnsi from 'strip-ansi'
import chalk from 'chalk'
import { Jimp } from 'jimp'
import jwt from 'jsonwebtoken'
console.log(typeof express(), stripAnsi(chalk.red('red')), new Jimp({ width: 3, height: 2 }).bitmap.data.length, jwt.decode(jwt.sign({ a: 1 }, 's')).a)
