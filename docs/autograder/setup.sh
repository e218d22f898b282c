#!/usr/bin/env bash
# Gradescope runs this once, to build the image. The archive is what `npm pack` in a checkout of the game makes.
set -eu
apt-get install -y curl
curl -fsSL https://deb.nodesource.com/setup_22.x | bash -
apt-get install -y nodejs
npm install -g /autograder/source/cowhand-*.tgz
