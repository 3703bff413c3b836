<?php
// Fills templates with Twig. Standard input: [{"template", "data"}]; standard output: the texts.
require '/usr/share/php/Twig/autoload.php';

$filled = array_map(function ($job) {
    $twig = new Twig\Environment(new Twig\Loader\ArrayLoader(['mail' => $job['template']]), ['autoescape' => 'html']);
    return $twig->render('mail', $job['data']);
}, json_decode(stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR));
echo json_encode($filled, JSON_THROW_ON_ERROR);
