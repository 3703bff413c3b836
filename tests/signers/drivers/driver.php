<?php
require $argv[1];

while (($line = fgets(STDIN)) !== false) {
    [$secret, $base, $design, $ext, $alt, $count, $rest] = explode("\t", rtrim($line, "\n"), 7);
    $pairs = $tags = [];
    foreach (array_chunk(explode("\t", $rest), 2) as $place => [$name, $value]) {
        if ($place < $count) $pairs[$name] = $value; else $tags[$name] = $value;
    }
    try {
        $url = imgurl_mint($secret, $base, $design, $ext, $pairs, $tags);
        echo $url, "\t", str_replace("\n", "\t", imgurl_tag($url, 600, 315, $alt)), "\n";
    } catch (InvalidArgumentException $error) {
        echo '!', $error->getMessage(), "\n";
    }
}
